with

recorded as (
    select
        contact_id,
        lower(btrim(value)) as status,
        change_source,
        changed_at as entered_at
    from staging.hubspot__property_history
    where property = 'lifecyclestage'
),

dated as (
    select contact_id, 'lead' as status, became_lead_at as entered_at
    from staging.hubspot__contacts
    union all
    select contact_id, 'marketingqualifiedlead' as status, became_mql_at as entered_at
    from staging.hubspot__contacts
    union all
    select contact_id, 'salesqualifiedlead' as status, became_sql_at as entered_at
    from staging.hubspot__contacts
    union all
    select contact_id, 'opportunity' as status, became_opportunity_at as entered_at
    from staging.hubspot__contacts
    union all
    select contact_id, 'customer' as status, became_customer_at as entered_at
    from staging.hubspot__contacts
),

-- A contact keeps one date per stage; where there is a history, that one knows of returns too.
known as (
    select distinct contact_id, status from recorded
),

moments as (
    select contact_id, status, change_source, entered_at from recorded
    union all
    select
        dated.contact_id,
        dated.status,
        cast(null as text) as change_source,
        dated.entered_at
    from dated
    left join known on dated.contact_id = known.contact_id and dated.status = known.status
    where known.contact_id is null and dated.entered_at is not null
),

statuses as (
    select * from reference.lead_statuses where stage is not null
),

events as (
    select
        concat('hs:', coalesce(merged.master_id, moments.contact_id)) as record_id,
        statuses.stage,
        'native' as evidence,
        'second' as time_precision,
        min(moments.change_source) as changed_by,
        moments.entered_at
    from moments
    inner join statuses on moments.status = statuses.status
    left join staging.hubspot__merged_contacts as merged
        on moments.contact_id = merged.contact_id
    group by
        coalesce(merged.master_id, moments.contact_id),
        statuses.stage,
        moments.entered_at
)

select * from events
