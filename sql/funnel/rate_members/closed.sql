with

-- A duplicate is closed for a reason that says nothing of the lead.
ends as (
    select
        entries.lead_id,
        min(entries.entered_at) as closed_at
    from funnel.stage_entries as entries
    inner join reference.stages as stages on entries.stage = stages.stage
    where stages.kind = 'end' and entries.stage <> 'duplicate'
    group by entries.lead_id
),

-- Sources may know of an invalid record that it came far.
later as (
    select lead_id, stage, entered_at from funnel.stage_entries
    union all
    select
        events.record_id as lead_id,
        events.stage,
        events.entered_at
    from entities.stage_events as events
    inner join identity.records as records on events.record_id = records.record_id
    where records.outcome = 'invalid'
),

revived as (
    select
        ends.lead_id,
        min(later.entered_at) as revived_at
    from ends
    inner join later on ends.lead_id = later.lead_id
    where later.stage in ('sql', 'opportunity', 'won') and later.entered_at > ends.closed_at
    group by ends.lead_id
),

dated as (
    select
        rates.rate,
        ends.lead_id,
        records.channel,
        coalesce(windows.window_days, $window_days) as window_days,
        coverage.lead_id is not null as is_covered,
        cast(ends.closed_at at time zone $time_zone as date) as entered_date,
        cast(revived.revived_at at time zone $time_zone as date) as reached_date
    from ends
    cross join reference.rates as rates
    inner join identity.records as records on ends.lead_id = records.record_id
    left join funnel.lead_windows as windows on ends.lead_id = windows.lead_id
    left join revived on ends.lead_id = revived.lead_id
    left join funnel.lead_coverage as coverage
        on ends.lead_id = coverage.lead_id and rates.rate = coverage.rate
    where rates.population = 'closed'
),

members as (
    select
        rate,
        lead_id as member_id,
        channel,
        window_days,
        $as_of - entered_date >= window_days as is_judged,
        $as_of - entered_date >= window_days
            and coalesce(reached_date - entered_date <= window_days, false) as is_reached,
        coalesce(reached_date <= $as_of, false) as is_ever_reached,
        false as is_imputed,
        is_covered,
        entered_date,
        case when reached_date <= $as_of then reached_date end as reached_date
    from dated
    where entered_date <= $as_of
)

select * from members
