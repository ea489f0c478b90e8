with

-- One that was merged is what it was merged into.
pairs as (
    select distinct
        concat('hs:', pairs.deal_id) as opportunity_id,
        concat('hs:', coalesce(merged.master_id, pairs.contact_id)) as record_id
    from staging.hubspot__deal_contacts as pairs
    left join staging.hubspot__merged_contacts as merged
        on pairs.contact_id = merged.contact_id
)

select * from pairs
