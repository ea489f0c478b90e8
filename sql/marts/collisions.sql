with

attempts as (
    select * from funnel.attempts where rep_id is not null
),

leads as (
    select * from identity.leads
),

colliding as (
    select
        lefts.activity_id,
        lefts.person_id,
        lefts.lead_id,
        lefts.record_id,
        lefts.worked_id,
        lefts.rep_id,
        lefts.is_rep_assumed,
        lefts.occurred_at
    from attempts as lefts
    left semi join attempts as rights
        on lefts.person_id = rights.person_id
            and lefts.worked_id <> rights.worked_id
            and lefts.rep_id <> rights.rep_id
            and lefts.occurred_at <= rights.occurred_at + interval '7' day
            and rights.occurred_at <= lefts.occurred_at + interval '7' day
),

after as (
    select
        *,
        lag(occurred_at) over (
            partition by person_id order by occurred_at, activity_id
        ) as previous_at
    from colliding
),

-- A longer pause ends a collision.
numbered as (
    select
        *,
        sum(
            case when occurred_at <= previous_at + interval '7' day then 0 else 1 end
        ) over (
            partition by person_id
            order by occurred_at, activity_id
            rows between unbounded preceding and current row
        ) as collision_number
    from after
),

counted as (
    select
        person_id,
        lead_id,
        collision_number,
        array_to_string(array_sort(array_agg(distinct rep_id)), ', ') as rep_ids,
        array_to_string(array_sort(array_agg(distinct record_id)), ', ') as record_ids,
        count(distinct rep_id) as reps,
        count(distinct worked_id) as records,
        count(*) as attempts,
        bool_or(is_rep_assumed) as is_rep_assumed,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from numbered
    group by person_id, lead_id, collision_number
),

collisions as (
    select
        counted.person_id,
        counted.collision_number,
        counted.lead_id,
        leads.channel,
        to_char(cast(leads.captured_at at time zone $time_zone as date), '%Y-%m') as month,
        counted.rep_ids,
        counted.record_ids,
        counted.reps,
        counted.records,
        counted.attempts,
        counted.is_rep_assumed,
        counted.first_at,
        counted.last_at
    from counted
    inner join leads on counted.lead_id = leads.lead_id
)

select * from collisions
