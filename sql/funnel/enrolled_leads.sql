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

goals as (
    select stage as goal from reference.stages where stage in ('mql', 'sql', 'opportunity', 'won')
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
        goals.goal,
        cast(assigned.enrolled_at at time zone $time_zone as date) as enrolled_date
    from goals
    cross join assigned
),

reached as (
    select
        dated.*,
        stages.reached_at,
        cast(stages.reached_at at time zone $time_zone as date) as reached_date
    from dated
    left join funnel.lead_stages as stages
        on dated.lead_id = stages.lead_id
            and dated.goal = stages.stage
            and stages.path = $stage_path
),

-- Who was there already could not be brought there any more.
enrolled as (
    select
        reached.program,
        reached.lead_id,
        reached.goal,
        reached.arm,
        leads.channel,
        grades.grade as band,
        cast(bands.score as bigint) as score,
        reached.is_crossed,
        $as_of - reached.enrolled_date >= $window_days as is_judged,
        $as_of - reached.enrolled_date >= $window_days
            and coalesce(
                reached.reached_date - reached.enrolled_date <= $window_days, false
            ) as is_reached,
        reached.enrolled_date,
        reached.reached_date
    from reached
    inner join identity.leads as leads on reached.lead_id = leads.lead_id
    inner join bands on reached.program = bands.program and reached.lead_id = bands.lead_id
    inner join reference.score_grades as grades on bands.min_total = grades.min_total
    where reached.reached_at is null or reached.reached_at >= reached.enrolled_at
)

select * from enrolled
