with

-- Leads are few per stage where entries are many.
entered as (
    select
        entries.stage,
        entries.lead_id,
        count(*) as entries,
        min(cast(entries.entered_at at time zone $time_zone as date)) as first_date,
        max(cast(entries.entered_at at time zone $time_zone as date)) as last_date
    from funnel.stage_entries as entries
    where cast(entries.entered_at at time zone $time_zone as date) <= $as_of
    group by entries.stage, entries.lead_id
),

counted as (
    select
        stage,
        cast(sum(entries) as bigint) as entries,
        count(*) as leads,
        min(first_date) as first_date,
        max(last_date) as last_date
    from entered
    group by stage
),

placed as (
    select
        paths.path,
        stages.stage,
        places.label,
        case
            when places.ordinal is not null then 'on the path'
            when stages.kind in ('side', 'end') then 'beside it'
            else 'not on it'
        end as place,
        places.ordinal,
        coalesce(counted.entries, 0) as entries,
        coalesce(counted.leads, 0) as leads,
        counted.first_date,
        counted.last_date
    from (select distinct path from reference.stage_paths) as paths
    cross join reference.stages as stages
    left join reference.stage_paths as places
        on paths.path = places.path and stages.stage = places.stage
    left join counted on stages.stage = counted.stage
)

select * from placed
