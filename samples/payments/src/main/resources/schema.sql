-- The sample's own table. No unique constraint: a row that came twice would be seen here, and none ever is.
CREATE TABLE IF NOT EXISTS ledger (
    end_to_end_id text           NOT NULL,
    amount        numeric(18, 4) NOT NULL,
    currency      varchar(3)     NOT NULL,
    debtor_iban   varchar(34)    NOT NULL,
    creditor_iban varchar(34)    NOT NULL
);
-- Not unique either; for whoever looks a payment up.
CREATE INDEX IF NOT EXISTS ledger_end_to_end_id ON ledger (end_to_end_id);
