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
steps as (
    select
        coalesce(listed.contact_id, audited.contact_id) as contact_id,
        coalesce(listed.master_id, audited.master_id) as master_id
    from listed
    full join audited on listed.contact_id = audited.contact_id
),

components as (
    select unnest(connected_components(contact_id, master_id)) as pair
    from steps
),

chains as (
    select
        pair['node'] as contact_id,
        pair['component'] as chain_id
    from components
),

standing as (
    select
        chains.chain_id,
        min(chains.contact_id) as master_id
    from chains
    left anti join steps on chains.contact_id = steps.contact_id
    group by chains.chain_id
),

-- Contacts that were merged into each other in turn have no last one: then the step stays.
merged as (
    select
        steps.contact_id,
        coalesce(standing.master_id, steps.master_id) as master_id
    from steps
    inner join chains on steps.contact_id = chains.contact_id
    left join standing on chains.chain_id = standing.chain_id
)

select * from merged
