with

-- Instances name the field as they like; the words in it tell.
changes as (
    select *
    from staging.marketo__value_changes
    where regexp_like(lower(field), 'status|stage|life ?cycle')
),

statuses as (
    select * from reference.lead_statuses where stage is not null
),

events as (
    select
        concat('mkto:', changes.lead_id) as record_id,
        statuses.stage,
        'native' as evidence,
        'second' as time_precision,
        min(changes.change_source) as changed_by,
        changes.occurred_at as entered_at
    from changes
    inner join statuses on lower(btrim(changes.new_value)) = statuses.status
    group by changes.lead_id, statuses.stage, changes.occurred_at
)

select * from events
