-- The sample's own table. It is in public by name: a schema called as the user is would come first, and the first start
-- makes one, for Waybill's tables. No unique constraint: a row that came twice would be seen here, and none ever is.
CREATE TABLE IF NOT EXISTS public.ledger (
    end_to_end_id text           NOT NULL,
    amount        numeric(18, 4) NOT NULL,
    currency      varchar(3)     NOT NULL,
    debtor_iban   varchar(34)    NOT NULL,
    creditor_iban varchar(34)    NOT NULL
);
-- Not unique either; for whoever looks a payment up.
CREATE INDEX IF NOT EXISTS ledger_end_to_end_id ON public.ledger (end_to_end_id);
