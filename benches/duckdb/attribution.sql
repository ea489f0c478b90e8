-- What each step earns under each model: credit = weight over the weights of the conversion; money by largest remainder, in units of its
-- tenth decimal. The formulas are those of sql/attribution/models, operation by operation: the last unit of money hangs on the last bit.

create temp table weights as
with

steps as (
    select
        steps.step_no,
        steps.conversion_no,
        steps.position as p,
        journeys.steps as n,
        journeys.lead_position as lead,
        journeys.opportunity_position as opportunity,
        journeys.last_other_position as last_other,
        steps.age_days,
        (p = 1)::int as is_first,
        (p = lead)::int as is_lead,
        (p = opportunity)::int as is_opportunity,
        (p = n)::int as is_last
    from journey.steps as steps
    inner join journey.journeys as journeys on steps.conversion_no = journeys.conversion_no
),

-- Null: the model leaves the step out.
wide as (
    select
        step_no,
        conversion_no,
        case when p = 1 then 1::double end as first_touch,
        case when p = n then 1::double end as last_touch,
        case when p = lead then 1::double end as lead_creation,
        case when p = opportunity then 1::double end as opportunity_creation,
        case when p = last_other then 1::double end as last_non_direct,
        1::double as linear,
        power(2::double, -age_days / getvariable('half_life_days')) as time_decay,
        case when p = 1 or p = n then 0.4::double else 0.2::double / (n - 2) end as position_40_20_40,
        case when p = 1 then 0.2::double when p = n then 0.6::double else 0.2::double / (n - 2) end as j_shape,
        case when p = 1 then 0.6::double when p = n then 0.2::double else 0.2::double / (n - 2) end as inverse_j,
        case
            when p = 1 then getvariable('custom_first_share')
            when p = n then getvariable('custom_last_share')
            else (1 - getvariable('custom_first_share') - getvariable('custom_last_share')) / (n - 2)
        end as custom,
        case
            when p = 1 or p = lead then 2 * getvariable('u_shape_role_share') / 2 * (is_first + is_lead)
            when p < lead then (1 - 2 * getvariable('u_shape_role_share')) / (lead - 2)
        end as u_shape,
        case
            when p = 1 or p = lead or p = opportunity
                then 3 * getvariable('w_shape_role_share') / 3 * (is_first + is_lead + is_opportunity)
            when p < opportunity
                then (1 - 3 * getvariable('w_shape_role_share')) / (opportunity - 2 - (lead > 1 and lead < opportunity)::int)
        end as w_shape,
        case
            when p = 1 or p = lead or p = opportunity or p = n
                then 4 * getvariable('full_path_role_share') / 4 * (is_first + is_lead + is_opportunity + is_last)
            else (1 - 4 * getvariable('full_path_role_share'))
                / (n - 2 - (lead > 1 and lead < n)::int - (opportunity > 1 and opportunity < n and opportunity <> lead)::int)
        end as full_path
    from steps
)

select step_no, conversion_no, model, weight
from wide unpivot (weight for model in (* exclude (step_no, conversion_no)))
where weight > 0;

create temp table totals as
select conversion_no, model, count(*) as steps, fsum(weight) as weight
from weights
group by conversion_no, model;

create temp table wholes as
select conversion_no, (value::decimal(28,10) * 10000000000)::hugeint as units, units::decimal(28,0) as whole
from journey.journeys;

-- Weights are binary fractions: times 2^66 they are integers, and the shares are exact. Nothing, and what one step takes whole, need
-- not be shared out.
create table attribution.credits as
with

parts as (
    select
        weights.step_no,
        weights.conversion_no,
        weights.model,
        wholes.units,
        (weights.weight * 73786976294838206464::double)::hugeint as parts
    from weights
    inner join wholes on weights.conversion_no = wholes.conversion_no
    inner join totals on weights.conversion_no = totals.conversion_no and weights.model = totals.model
    where wholes.units <> 0 and totals.steps > 1
),

sums as (
    select conversion_no, model, sum(parts) as parts
    from parts
    group by conversion_no, model
),

quotients as (
    select
        parts.step_no,
        parts.conversion_no,
        parts.model,
        parts.units,
        parts.units * parts.parts // sums.parts as whole_units,
        parts.units * parts.parts % sums.parts as remainder,
        steps.position::varchar as step_key
    from parts
    inner join sums on parts.conversion_no = sums.conversion_no and parts.model = sums.model
    inner join journey.steps as steps on parts.step_no = steps.step_no
),

shared as (
    select
        step_no,
        model,
        row_number() over (partition by conversion_no, model order by remainder desc, step_key) as remainder_rank,
        units - sum(whole_units) over (partition by conversion_no, model) as left_over,
        (whole_units + (remainder_rank <= left_over)::int)::decimal(28,0) as units
    from quotients
)

select
    weights.step_no,
    weights.model,
    weights.weight,
    weights.weight / totals.weight as credit,
    coalesce(shared.units, wholes.whole) as units
from weights
inner join wholes on weights.conversion_no = wholes.conversion_no
inner join totals on weights.conversion_no = totals.conversion_no and weights.model = totals.model
left join shared on weights.step_no = shared.step_no and weights.model = shared.model;

drop table weights;
drop table totals;
drop table wholes;

-- A channel claims a conversion whole, for the last of its steps or for all of them.
create table attribution.claims as
select models.model, claims.*
from (select distinct conversion_no, channel from journey.steps) as claims
cross join (values ('last_channel'), ('participation')) as models(model);

create view attribution.ledger as
select
    credits.model, journeys.anchor, steps.channel, steps.campaign, journeys.month, credits.credit, credits.units,
    steps.touched_month, journeys.converted_date
from attribution.credits as credits
inner join journey.steps as steps on credits.step_no = steps.step_no
inner join journey.journeys as journeys on steps.conversion_no = journeys.conversion_no;
