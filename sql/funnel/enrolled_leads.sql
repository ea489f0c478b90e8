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

-- The score at the assignment: what came of it must not tell the strata apart.
worst as (
    select first_value(grade order by min_total) as grade from reference.score_grades
),

bands as (
    select
        assigned.program,
        assigned.lead_id,
        coalesce(history.grade, worst.grade) as grade,
        cast(coalesce(history.total, 0) as decimal(18,4)) as score
    from worst
    cross join assigned
    left join scoring.score_history as history
        on assigned.lead_id = history.lead_id and assigned.enrolled_at = history.told_at
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
        bands.grade as band,
        bands.score,
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
    where reached.reached_at is null or reached.reached_at >= reached.enrolled_at
)

select * from enrolled
