with

units as (
    select * from prediction.units
),

own as (
    select * from prediction.verdicts where scope <> '(all)'
),

everybody as (
    select verdict from prediction.verdicts where scope = '(all)'
),

-- The own segment where it may speak, else all together, else nobody.
chosen as (
    select
        units.*,
        case
            when own.verdict = 'published' then units.segment
            when everybody.verdict = 'published' then '(all)'
        end as scope,
        case
            when own.verdict = 'published' then 'its segment'
            when everybody.verdict = 'published' and own.verdict = 'refused'
                then 'all leads: that of its segment does not beat the rate of the channel'
            when everybody.verdict = 'published'
                then 'all leads: its segment has too few with a known outcome'
            when everybody.verdict = 'refused'
                then 'none: it does not beat the rate of the channel'
            else 'none: too few leads with a known outcome'
        end as basis
    from everybody
    right join units on true
    left join own on units.segment = own.scope
),

logistic as (
    select * from prediction.probabilities where method = 'logistic'
),

naive as (
    select * from prediction.probabilities where method = 'source_rate' and scope = '(all)'
)

select
    chosen.lead_id,
    chosen.channel,
    chosen.segment,
    chosen.split,
    chosen.scope,
    chosen.basis,
    logistic.probability,
    naive.probability as source_rate,
    chosen.is_reached,
    chosen.feature_date
from chosen
left join logistic on chosen.lead_id = logistic.lead_id and chosen.scope = logistic.scope
left join naive on chosen.lead_id = naive.lead_id
