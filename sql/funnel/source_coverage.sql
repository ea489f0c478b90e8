with

records as (
    select record_id, source from entities.lead_records
),

-- What a source told of one of its records it would have told of any.
told as (
    select
        records.source,
        events.stage as word
    from records
    inner join entities.stage_events as events on records.record_id = events.record_id
    where cast(events.entered_at at time zone $time_zone as date) <= $as_of
    union
    select
        records.source,
        'attempt'
    from records
    inner join entities.activities as activities on records.record_id = activities.record_id
    where activities.direction = 'outbound'
        and not activities.is_automated
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
    union
    select
        records.source,
        'acceptance'
    from records
    inner join entities.assignments as assignments on records.record_id = assignments.record_id
    where assignments.kind in ('accept', 'claim')
        and cast(assignments.assigned_at at time zone $time_zone as date) <= $as_of
),

-- The words that answer a rate, any of them.
answers as (
    select rate, stage as word from reference.rates where stage is not null
    union all
    select 'attempted', 'attempt'
    union all
    select 'accepted', 'attempt'
    union all
    select 'accepted', 'acceptance'
    union all
    select 'decided', stage from reference.stages where stage <> 'lead'
    union all
    select 'wrong_close', stage from reference.stages where stage in ('sql', 'opportunity', 'won')
),

-- Points are there for every lead, and qualify the lead, not its record.
scored as (
    select rate from reference.rates
    where population = 'lead' and stage = 'mql' and $mql_rule = 'score'
    union all
    select rate from reference.rates
    where $sql_rule = 'score'
        and (population = 'lead' and stage = 'sql' or rate = 'wrong_close')
),

coverage as (
    select
        told.source,
        answers.rate
    from told
    inner join answers on told.word = answers.word
    union
    select
        records.source,
        scored.rate
    from scored
    cross join (select distinct source from records) as records
)

select
    coverage.source,
    coverage.rate
from coverage
inner join reference.rates as rates on coverage.rate = rates.rate
where rates.is_timed
