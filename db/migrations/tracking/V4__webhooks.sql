-- Results on their way to the webhooks of other systems. What was delivered, tried and given up is primary here; which results there
-- are is the log's.

-- A target gets what is decided after it was first started.
CREATE TABLE webhook_target (
    name  text        NOT NULL PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);

CREATE TYPE webhook_state AS ENUM ('PENDING', 'DELIVERED', 'GIVEN_UP');

CREATE TABLE webhook_delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target       text          NOT NULL,
    tracking_id  uuid          NOT NULL,
    number       int           NOT NULL, -- of the result
    pipeline     text          NOT NULL,
    body         text          NOT NULL, -- as it is signed and sent, each time the same
    state        webhook_state NOT NULL DEFAULT 'PENDING',
    attempt      int           NOT NULL DEFAULT 0, -- begun since it was there, or since a person sent it again
    due_at       timestamptz   NOT NULL DEFAULT now(), -- of a pending one: not tried before, by anybody
    http_status  int,
    error        text,
    created_at   timestamptz   NOT NULL DEFAULT now(),
    settled_at   timestamptz,
    sent_again_by text, -- the last person who did
    UNIQUE (target, tracking_id, number)
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (target, due_at) WHERE state = 'PENDING';
CREATE INDEX webhook_delivery_delivered ON webhook_delivery (settled_at) WHERE state = 'DELIVERED';
CREATE INDEX webhook_delivery_given_up ON webhook_delivery (id) WHERE state = 'GIVEN_UP';
