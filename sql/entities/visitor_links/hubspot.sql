with

contacts as (
    select * from staging.hubspot__contacts where not coalesce(is_archived, false)
),

more as (
    select
        contact_id,
        unnest(string_to_array(additional_emails, ';')) as email,
        created_at,
        became_lead_at
    from contacts
),

-- A contact has one address and may name more; all of them are the same person's.
links as (
    select
        concat('hs:', contact_id) as link_id,
        concat('hs:', contact_id) as visitor_id,
        email,
        phone,
        coalesce(created_at, became_lead_at) as linked_at
    from contacts
    union all
    select distinct
        concat('hs:', contact_id, ':', md5(lower(btrim(email)))),
        concat('hs:', contact_id),
        lower(btrim(email)),
        cast(null as text),
        coalesce(created_at, became_lead_at)
    from more
    where btrim(email) <> ''
)

select * from links
