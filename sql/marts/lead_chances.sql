with

-- Those on the way, and those put aside, who may come back to life.
waiting as (
    select
        lead_id,
        stage,
        last_days,
        false as is_aside
    from funnel.open_leads
    union all
    select
        times.lead_id,
        times.stage,
        times.last_days,
        true as is_aside
    from reference.stages as stages
    inner join funnel.stage_times as times on stages.stage = times.stage
    where times.path = $stage_path
        and times.is_open
        and (stages.kind = 'side' or stages.stage = 'closed_no_intent')
),

open as (
    select
        waiting.*,
        predictions.probability
    from waiting
    left join marts.predictions as predictions on waiting.lead_id = predictions.lead_id
),

chances as (
    select * from funnel.chances where population = 'lead' and made_date = $as_of
),

stages as (
    select
        open.lead_id,
        last_value(chances.chance order by chances.age_days) as chance
    from chances
    inner join open on chances.stage = open.stage
    where chances.age_days <= open.last_days
    group by open.lead_id
),

overall as (
    select max(overall_rate) as rate from chances
),

peers as (
    select
        stage,
        exact_avg(probability) as probability
    from open
    group by stage
),

-- Where nothing is known of a stage, as of one that ended, the chance is that of all.
compared as (
    select
        open.*,
        coalesce(stages.chance, overall.rate, 0.0) as stage_chance,
        peers.probability as stage_probability
    from overall
    cross join open
    inner join peers on open.stage = peers.stage
    left join stages on open.lead_id = stages.lead_id
),

-- Who is likelier to reach the goal is likelier to be won, in the same proportion of odds. It is held against the leads of its
-- stage alone: what brought them there has told in the stage's chance already.
weighed as (
    select
        *,
        coalesce(stage_chance * probability * (1.0 - stage_probability), stage_chance) as won,
        coalesce(
            (1.0 - stage_chance) * (1.0 - probability) * stage_probability, 1.0 - stage_chance
        ) as not_won
    from compared
)

select
    lead_id,
    stage,
    is_aside,
    stage_chance,
    probability as prediction,
    stage_probability as stage_prediction,
    coalesce(won / nullif(won + not_won, 0.0), stage_chance) as win_chance
from weighed
