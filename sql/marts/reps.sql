with

assignments as (
    select
        coalesce(rep_id, '(nobody)') as rep_id,
        team,
        is_as_expected,
        lead_id
    from marts.assignments
),

waits as (
    select lead_id, response_limit, is_attempted, is_deep_enough from marts.responses
),

open as (
    select lead_id, is_abandoned from marts.stagnation
),

-- Who has it now, whoever got it first.
plans as (
    select
        owner_id as rep_id,
        count(*) as open,
        count(*) filter (where not has_next_step) as no_next_step,
        cast(sum(overdue_tasks) as bigint) as overdue_tasks
    from marts.next_steps
    group by owner_id
),

-- Work on records that turned out to be no lead of anybody.
efforts as (
    select
        coalesce(activities.owner_id, lead_records.owner_id, '(nobody)') as rep_id,
        count(*) as attempts,
        count(*) filter (where records.outcome = 'invalid') as wasted_attempts,
        coalesce(sum(activities.duration_s), 0) as worked_s,
        coalesce(sum(activities.duration_s) filter (where records.outcome = 'invalid'), 0)
            as wasted_s
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    inner join entities.lead_records as lead_records
        on activities.record_id = lead_records.record_id
    where activities.direction = 'outbound'
        and not activities.is_automated
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
    group by coalesce(activities.owner_id, lead_records.owner_id, '(nobody)')
),

loads as (
    select
        assignments.rep_id,
        min(assignments.team) as team,
        count(*) as leads,
        count(*) filter (where assignments.is_as_expected) as as_expected,
        count(*) filter (where waits.is_attempted) as attempted,
        count(*) filter (where waits.response_limit = 'met') as limit_met,
        count(*) filter (where waits.response_limit <> 'open') as limit_judged,
        count(*) filter (where waits.is_deep_enough) as deep_enough,
        count(*) filter (where open.is_abandoned) as abandoned
    from assignments
    inner join waits on assignments.lead_id = waits.lead_id
    left join open on assignments.lead_id = open.lead_id
    group by assignments.rep_id
),

-- Gini of the load over people, by places in ascending order: 0 all alike, towards 1 one has all.
placed as (
    select
        leads,
        row_number() over (order by leads, rep_id) as place
    from loads
    where rep_id <> '(nobody)'
),

spread as (
    select
        2.0 * cast(sum(place * leads) as double)
            / nullif(cast(count(*) * sum(leads) as double), 0.0)
            - (cast(count(*) as double) + 1.0) / cast(count(*) as double) as gini,
        cast(max(leads) as double) * cast(count(*) as double)
            / nullif(cast(sum(leads) as double), 0.0) as max_to_mean
    from placed
),

everybody as (
    select
        coalesce(loads.rep_id, efforts.rep_id, plans.rep_id) as rep_id,
        loads.team,
        coalesce(loads.leads, 0) as leads,
        coalesce(loads.as_expected, 0) as as_expected,
        coalesce(loads.attempted, 0) as attempted,
        coalesce(loads.limit_met, 0) as limit_met,
        coalesce(loads.limit_judged, 0) as limit_judged,
        coalesce(loads.deep_enough, 0) as deep_enough,
        coalesce(loads.abandoned, 0) as abandoned,
        coalesce(plans.open, 0) as open,
        coalesce(plans.no_next_step, 0) as no_next_step,
        coalesce(plans.overdue_tasks, 0) as overdue_tasks,
        coalesce(efforts.attempts, 0) as attempts,
        coalesce(efforts.wasted_attempts, 0) as wasted_attempts,
        coalesce(efforts.worked_s, 0) as worked_s,
        coalesce(efforts.wasted_s, 0) as wasted_s
    from loads
    full join efforts on loads.rep_id = efforts.rep_id
    full join plans on coalesce(loads.rep_id, efforts.rep_id) = plans.rep_id
),

prior as (
    select beta_prior(limit_met, limit_judged) as prior from everybody
),

-- Few leads say little of a person: the rate is drawn to the others' before anybody is compared.
reps as (
    select
        everybody.*,
        (prior.prior['mean'] + cast(limit_met as double) * prior.prior['dispersion'])
            / (1.0 + cast(limit_judged as double) * prior.prior['dispersion'])
            as limit_met_shrunk,
        cast(no_next_step as double) / nullif(cast(open as double), 0.0) as no_next_step_share,
        cast(wasted_attempts as double) / nullif(cast(attempts as double), 0.0) as wasted_share,
        cast(everybody.leads as double) * cast(places.reps as double)
            / nullif(cast(places.leads as double), 0.0) as load_to_mean,
        spread.gini as load_gini,
        spread.max_to_mean as load_max_to_mean,
        limit_judged < $low_count as is_low_count
    from everybody
    cross join prior
    cross join spread
    cross join (select count(*) as reps, sum(leads) as leads from placed) as places
)

select * from reps
