with

merged as (
    select * from staging.marketo__merged_leads
),

-- A master may itself have gone since, however often: a chain ends in the one that stands.
components as (
    select unnest(connected_components(lead_id, master_id)) as pair
    from merged
),

chains as (
    select
        pair['node'] as lead_id,
        pair['component'] as chain_id
    from components
),

masters as (
    select
        chains.chain_id,
        leads.email,
        leads.phone
    from chains
    inner join staging.marketo__leads as leads on chains.lead_id = leads.lead_id
    left anti join merged on chains.lead_id = merged.lead_id
),

links as (
    select
        concat('mkto:merge:', merged.lead_id) as link_id,
        concat('mkto:', merged.lead_id) as visitor_id,
        masters.email,
        masters.phone,
        merged.merged_at as linked_at
    from merged
    inner join chains on merged.lead_id = chains.lead_id
    inner join masters on chains.chain_id = masters.chain_id
)

select * from links
