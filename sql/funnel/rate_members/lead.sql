with

leads as (
    select
        leads.*,
        coalesce(windows.window_days, $window_days) as window_days
    from funnel.lead_windows as windows
    right join funnel.leads as leads on windows.lead_id = leads.lead_id
    where leads.captured_date <= $as_of
),

reached as (
    select
        rates.rate,
        lead_stages.lead_id,
        lead_stages.is_imputed,
        cast(lead_stages.reached_at at time zone $time_zone as date) as reached_date
    from funnel.lead_stages as lead_stages
    inner join reference.rates as rates on lead_stages.stage = rates.stage
    where rates.population = 'lead' and lead_stages.path = $stage_path
    union all
    select
        'attempted' as rate,
        lead_id,
        false as is_imputed,
        cast(attempted_at at time zone $time_zone as date) as reached_date
    from funnel.leads
    where attempted_at is not null
    union all
    -- To move a lead on, to put it aside or to close it is to have decided about it.
    select
        'decided' as rate,
        lead_id,
        false as is_imputed,
        min(cast(entered_at at time zone $time_zone as date)) as reached_date
    from funnel.recorded_stages
    where stage <> 'lead'
    group by lead_id
    having min(cast(entered_at at time zone $time_zone as date)) <= $as_of
),

-- A lead counts once it had its days; what it reached later than that does not.
timed as (
    select
        rates.rate,
        leads.lead_id as member_id,
        leads.channel,
        leads.window_days,
        $as_of - leads.captured_date >= leads.window_days as is_judged,
        $as_of - leads.captured_date >= leads.window_days
            and coalesce(reached.reached_date - leads.captured_date <= leads.window_days, false)
            as is_reached,
        reached.lead_id is not null as is_ever_reached,
        coalesce(reached.is_imputed, false) as is_imputed,
        coverage.lead_id is not null as is_covered,
        leads.captured_date as entered_date,
        reached.reached_date
    from leads
    cross join reference.rates as rates
    left join reached on leads.lead_id = reached.lead_id and rates.rate = reached.rate
    left join funnel.lead_coverage as coverage
        on leads.lead_id = coverage.lead_id and rates.rate = coverage.rate
    where rates.population = 'lead' and rates.rate not in ('contactable', 'in_icp')
),

contactable as (
    select
        rates.rate,
        leads.lead_id as member_id,
        leads.channel,
        leads.window_days,
        coalesce(ways.is_usable or not ways.is_open, false) as is_judged,
        coalesce(ways.is_usable, false) as is_reached,
        coalesce(ways.is_usable, false) as is_ever_reached,
        false as is_imputed,
        coalesce(ways.is_given, false) as is_covered,
        leads.captured_date as entered_date,
        cast(null as date) as reached_date
    from leads
    cross join reference.rates as rates
    left join funnel.lead_ways as ways on leads.lead_id = ways.lead_id
    where rates.rate = 'contactable'
),

in_icp as (
    select
        rates.rate,
        leads.lead_id as member_id,
        leads.channel,
        leads.window_days,
        fits.is_known as is_judged,
        fits.is_fitting as is_reached,
        fits.is_fitting as is_ever_reached,
        false as is_imputed,
        fits.is_known as is_covered,
        leads.captured_date as entered_date,
        cast(null as date) as reached_date
    from leads
    cross join reference.rates as rates
    inner join funnel.icp_fits as fits on leads.lead_id = fits.lead_id
    where rates.rate = 'in_icp' and fits.stage = 'lead'
)

select * from timed
union all
select * from contactable
union all
select * from in_icp
