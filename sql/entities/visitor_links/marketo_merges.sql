with

merged as (
    select * from staging.marketo__merged_leads
),

-- A master may itself have gone since; longer chains are not followed.
masters as (
    select
        merged.lead_id,
        coalesce(later.master_id, merged.master_id) as master_id,
        merged.merged_at
    from merged
    left join staging.marketo__merged_leads as later on merged.master_id = later.lead_id
),

links as (
    select
        concat('mkto:merge:', masters.lead_id) as link_id,
        concat('mkto:', masters.lead_id) as visitor_id,
        leads.email,
        leads.phone,
        masters.merged_at as linked_at
    from masters
    inner join staging.marketo__leads as leads on masters.master_id = leads.lead_id
)

select * from links
