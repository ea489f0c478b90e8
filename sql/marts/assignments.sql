with

-- A province of China is in China, whatever else the record says.
provinces as (
    select distinct word from reference.china_regions where kind = 'province'
),

leads as (
    select
        leads.*,
        case
            when provinces.word is not null then 'china'
            else coalesce(lower(btrim(leads.region)), '(unknown)')
        end as region_key,
        coalesce(lower(btrim(leads.industry)), '(unknown)') as industry_key
    from identity.leads as leads
    left join provinces on btrim(leads.region) = provinces.word
),

-- Today's rules replayed on every lead: the first that fits.
fitting as (
    select
        leads.lead_id,
        rules.rule,
        rules.team,
        row_number() over (
            partition by leads.lead_id order by rules.priority, rules.rule
        ) as rank
    from leads
    inner join reference.assignment_rules as rules
        on rules.region in ('(any)', leads.region_key)
            and rules.industry in ('(any)', leads.industry_key)
),

replayed as (
    select
        responses.lead_id,
        leads.channel,
        fitting.rule,
        fitting.team as expected_team,
        responses.rep_id,
        reps.team,
        responses.is_logged,
        reps.team = fitting.team as is_as_expected,
        cast(cast(responses.assigned_at as bigint) / 1000000 as bigint)
            - cast(cast(responses.captured_at as bigint) / 1000000 as bigint) as lag_s,
        responses.captured_at,
        responses.assigned_at
    from funnel.responses as responses
    inner join leads on responses.lead_id = leads.lead_id
    left join fitting on responses.lead_id = fitting.lead_id and fitting.rank = 1
    left join reference.reps as reps on responses.rep_id = reps.rep_id
)

select * from replayed
