-- The schema of which the sentences speak.
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE TABLE tenants (
    id bigserial PRIMARY KEY, name varchar(255),
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE users (
    id bigserial PRIMARY KEY, email varchar(255), name varchar(255), role varchar(255), phone varchar(255),
    legacy_id bigint, first_name varchar(255), last_name varchar(255), active boolean, status varchar(255),
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE accounts (
    id bigserial PRIMARY KEY, email varchar(255), balance integer,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL,
    CONSTRAINT balance_not_negative CHECK (balance >= 0)
);
CREATE TABLE orders (
    id bigserial PRIMARY KEY, user_id bigint REFERENCES users (id), tenant_id bigint, status varchar(255),
    amount integer, total numeric(10, 2), currency varchar(255), deleted_at timestamp(0),
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE posts (
    id bigserial PRIMARY KEY, title varchar(255), name varchar(255), body text, slug varchar(255),
    user_id bigint REFERENCES users (id), published boolean, data jsonb, tags varchar(255)[],
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE comments (
    id bigserial PRIMARY KEY, body text, name varchar(255), post_id bigint REFERENCES posts (id), user_id bigint,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE products (
    id bigserial PRIMARY KEY, name varchar(255), price integer, sku varchar(255), quantity integer, description text,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE events (
    id bigserial PRIMARY KEY, title varchar(255), starts_at timestamp(0), ends_at timestamp(0), start_date date,
    end_date date, tenant_id bigint,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE rooms (
    id bigserial PRIMARY KEY, number integer,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE TABLE reservations (
    id bigserial PRIMARY KEY, room_id bigint, during tstzrange,
    inserted_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX users_email_index ON users (email);
CREATE INDEX orders_status_index ON orders (status);
