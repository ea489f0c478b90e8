with

-- A conversion stands in the lead itself, so its word has no stage here.
changes as (
    select *
    from staging.salesforce__lead_history
    where field = 'Status' and not coalesce(is_deleted, false)
),

statuses as (
    select * from reference.lead_statuses where stage is not null
),

events as (
    select
        concat('sf:', changes.lead_id) as record_id,
        statuses.stage,
        'native' as evidence,
        'second' as time_precision,
        min('sf:' || changes.changed_by_id) as changed_by,
        changes.changed_at as entered_at
    from changes
    inner join statuses on lower(btrim(changes.new_value)) = statuses.status
    group by changes.lead_id, statuses.stage, changes.changed_at
)

select * from events
