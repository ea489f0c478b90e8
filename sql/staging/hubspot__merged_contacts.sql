with

audited as (
    select
        merged_contact_id as contact_id,
        last_value(contact_id order by merged_at, contact_id) as master_id
    from staging.hubspot__merges
    group by merged_contact_id
),

pairs as (
    select
        unnest(string_to_array(merged_contact_ids, ';')) as contact_id,
        contact_id as master_id
    from staging.hubspot__contacts
),

listed as (
    select
        btrim(contact_id) as contact_id,
        min(master_id) as master_id
    from pairs
    where btrim(contact_id) <> ''
    group by btrim(contact_id)
),

-- What stands lists all it took in, through chains; the audit knows one step at a time.
merged as (
    select
        coalesce(listed.contact_id, audited.contact_id) as contact_id,
        coalesce(listed.master_id, audited.master_id) as master_id
    from listed
    full join audited on listed.contact_id = audited.contact_id
)

select * from merged
