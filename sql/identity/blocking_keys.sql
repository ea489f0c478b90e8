with

-- A record has a row for each rule; a part that is missing leaves the key null.
keys as (
    select
        place,
        kind,
        unnest([
            named_struct('rule', 'email', 'key', email_key),
            named_struct('rule', 'mailbox', 'key', split_part(email_key, '@', 1)),
            named_struct('rule', 'phone', 'key', phone_key),
            named_struct('rule', 'phone', 'key', nullif(mobile_key, phone_key)),
            named_struct('rule', 'registered_id', 'key', registered_id),
            named_struct('rule', 'visitor', 'key', visitor_id),
            named_struct('rule', 'street', 'key', street),
            named_struct('rule', 'given_name', 'key', given_sound),
            named_struct('rule', 'family_name', 'key', family_sound),
            named_struct('rule', 'names', 'key', least(given_sound, family_sound)
                || ' ' || greatest(given_sound, family_sound)),
            named_struct('rule', 'birth_date', 'key', birth_date),
            named_struct('rule', 'given_birth', 'key',
                left(given_sound, 2) || ' ' || left(birth_date, 6)),
            named_struct('rule', 'family_birth', 'key',
                left(family_sound, 3) || ' ' || left(birth_date, 4)),
            named_struct('rule', 'given_postal', 'key',
                left(given_sound, 2) || ' ' || postal_code),
            named_struct('rule', 'family_postal', 'key',
                left(family_sound, 2) || ' ' || postal_code),
            named_struct('rule', 'given_city', 'key', left(given_sound, 4) || ' ' || city),
            named_struct('rule', 'family_city', 'key', left(family_sound, 4) || ' ' || city),
            named_struct('rule', 'birth_city', 'key', birth_date || ' ' || left(city, 3)),
            named_struct('rule', 'given_company', 'key',
                left(given_sound, 2) || ' ' || company_key),
            named_struct('rule', 'family_company', 'key',
                left(family_sound, 3) || ' ' || company_key),
            named_struct('rule', 'domain', 'key', domain),
            named_struct('rule', 'company', 'key',
                case when kind = 'company' then company_key end),
            named_struct('rule', 'company_postal', 'key',
                case when kind = 'company' then left(company_key, 4) || ' ' || postal_code end)
        ]) as pair
    from identity.match_fields
),

blocking_keys as (
    select
        place,
        kind,
        pair['rule'] as rule,
        pair['key'] as key
    from keys
    where pair['key'] is not null
)

select * from blocking_keys
