with

mqls as (
    select
        lead_id,
        entered_at as mql_at
    from funnel.first_entries
    where stage = 'mql'
),

-- What came before the hand-over is no answer to it, but a lead that sales knew already is verified.
answers as (
    select
        mqls.lead_id,
        'sl' as stage,
        min(entries.entered_at) as answered_at
    from mqls
    inner join funnel.stage_entries as entries on mqls.lead_id = entries.lead_id
    where entries.stage = 'sl' and entries.entered_at >= mqls.mql_at
    group by mqls.lead_id
    union all
    select
        mqls.lead_id,
        'sql' as stage,
        greatest(qualifications.qualified_at, mqls.mql_at) as answered_at
    from mqls
    inner join funnel.qualifications as qualifications on mqls.lead_id = qualifications.lead_id
    where qualifications.stage = 'sql' and qualifications.rule_kind = 'human'
),

dated as (
    select
        rates.rate,
        mqls.lead_id,
        leads.channel,
        coalesce(windows.window_days, $window_days) as window_days,
        coverage.lead_id is not null as is_covered,
        cast(mqls.mql_at at time zone $time_zone as date) as entered_date,
        cast(answers.answered_at at time zone $time_zone as date) as reached_date
    from mqls
    cross join reference.rates as rates
    inner join identity.leads as leads on mqls.lead_id = leads.lead_id
    left join funnel.lead_windows as windows on mqls.lead_id = windows.lead_id
    left join answers on mqls.lead_id = answers.lead_id and rates.stage = answers.stage
    left join funnel.lead_coverage as coverage
        on mqls.lead_id = coverage.lead_id and rates.rate = coverage.rate
    where rates.population = 'mql' and rates.rate <> 'mql_in_icp'
),

members as (
    select
        rate,
        lead_id as member_id,
        channel,
        window_days,
        $as_of - entered_date >= window_days as is_judged,
        $as_of - entered_date >= window_days
            and coalesce(reached_date - entered_date <= window_days, false) as is_reached,
        coalesce(reached_date <= $as_of, false) as is_ever_reached,
        false as is_imputed,
        is_covered,
        entered_date,
        case when reached_date <= $as_of then reached_date end as reached_date
    from dated
    where entered_date <= $as_of
),

fitting as (
    select
        rates.rate,
        mqls.lead_id as member_id,
        fits.channel,
        coalesce(windows.window_days, $window_days) as window_days,
        fits.is_known as is_judged,
        fits.is_fitting as is_reached,
        fits.is_fitting as is_ever_reached,
        false as is_imputed,
        fits.is_known as is_covered,
        cast(mqls.mql_at at time zone $time_zone as date) as entered_date,
        cast(null as date) as reached_date
    from mqls
    cross join reference.rates as rates
    inner join funnel.icp_fits as fits on mqls.lead_id = fits.lead_id and fits.stage = 'mql'
    left join funnel.lead_windows as windows on mqls.lead_id = windows.lead_id
    where rates.rate = 'mql_in_icp'
        and cast(mqls.mql_at at time zone $time_zone as date) <= $as_of
)

select * from members
union all
select * from fitting
