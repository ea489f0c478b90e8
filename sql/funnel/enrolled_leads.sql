with

-- A lead is of the arm into which it was put first, whatever became of it later.
assigned as (
    select
        enrolments.program,
        members.lead_id,
        first_value(enrolments.arm order by enrolments.enrolled_at, enrolments.arm) as arm,
        count(distinct enrolments.arm) > 1 as is_crossed,
        min(enrolments.enrolled_at) as enrolled_at
    from entities.enrolments as enrolments
    inner join identity.members as members
        on concat('lead:', enrolments.record_id) = members.contact_id
    where members.lead_id is not null
        and cast(enrolments.enrolled_at at time zone $time_zone as date) <= $as_of
    group by enrolments.program, members.lead_id
),

wins as (
    select
        lead_id,
        reached_at as won_at
    from funnel.lead_stages
    where path = $stage_path and stage = 'won'
),

-- Points earned until the day of the assignment: what came of it must not tell the strata apart.
scored as (
    select
        assigned.program,
        assigned.lead_id,
        coalesce(sum(events.points), 0) as score
    from assigned
    left join scoring.score_events as events
        on assigned.lead_id = events.lead_id and events.scored_at <= assigned.enrolled_at
    group by assigned.program, assigned.lead_id
),

bands as (
    select
        scored.program,
        scored.lead_id,
        scored.score,
        max(grades.min_total) as min_total
    from scored
    inner join reference.score_grades as grades on scored.score >= grades.min_total
    group by scored.program, scored.lead_id, scored.score
),

dated as (
    select
        assigned.*,
        wins.won_at,
        cast(assigned.enrolled_at at time zone $time_zone as date) as enrolled_date,
        cast(wins.won_at at time zone $time_zone as date) as won_date
    from assigned
    left join wins on assigned.lead_id = wins.lead_id
),

-- Who had bought already could not be won any more.
enrolled as (
    select
        dated.program,
        dated.lead_id,
        dated.arm,
        leads.channel,
        grades.grade as band,
        cast(bands.score as bigint) as score,
        dated.is_crossed,
        $as_of - dated.enrolled_date >= $nurture_window_days as is_judged,
        $as_of - dated.enrolled_date >= $nurture_window_days
            and coalesce(dated.won_date - dated.enrolled_date <= $nurture_window_days, false)
            as is_won,
        dated.enrolled_date,
        dated.won_date
    from dated
    inner join identity.leads as leads on dated.lead_id = leads.lead_id
    inner join bands on dated.program = bands.program and dated.lead_id = bands.lead_id
    inner join reference.score_grades as grades on bands.min_total = grades.min_total
    where dated.won_at is null or dated.won_at >= dated.enrolled_at
)

select * from enrolled
