with

members as (
    select * from identity.members where lead_id is not null
),

moves as (
    select
        members.lead_id,
        case when assignments.kind in ('assign', 'claim', 'accept') then 'taken' else 'waiting' end
            as state,
        case when assignments.kind in ('assign', 'claim', 'accept') then null
            else coalesce(assignments.pool_id, '(inbound)') end as queue,
        assignments.assigned_at as at
    from members
    inner join entities.assignments as assignments
        on members.contact_id = concat('lead:', assignments.record_id)
    union all
    select
        lead_id,
        'waiting' as state,
        '(inbound)' as queue,
        captured_at as at
    from identity.leads
),

-- Only where routing is logged can one say who waits.
logged as (
    select distinct lead_id from funnel.responses where is_logged
),

spells as (
    select
        moves.lead_id,
        moves.state,
        moves.queue,
        moves.at as from_at,
        lead(moves.at) over (
            partition by moves.lead_id order by moves.at, moves.state desc, moves.queue
        ) as until_at
    from moves
    inner join logged on moves.lead_id = logged.lead_id
    where cast(moves.at at time zone $time_zone as date) <= $as_of
),

waits as (
    select
        lead_id,
        queue,
        cast(from_at at time zone $time_zone as date) as from_date,
        coalesce(
            cast(cast(until_at at time zone $time_zone as date) as timestamp) - interval '1 day',
            cast($as_of as timestamp)
        ) as until_date
    from spells
    where state = 'waiting'
),

-- A row for each evening on which it waited.
evenings as (
    select
        lead_id,
        queue,
        from_date,
        cast(unnest(generate_series(
            cast(from_date as timestamp), cast(until_date as timestamp), interval '1 day'
        )) as date) as day
    from waits
)

select
    lead_id,
    queue,
    day - from_date as age_days,
    day
from evenings
