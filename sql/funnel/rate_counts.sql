with

members as (
    select
        *,
        to_char(entered_date, '%Y-%m') as month,
        -- A source whose times do not hold reaches things before they begin: at once, then. Whose
        -- window is another has its days in proportion, rounded up: past its end stays past it.
        (greatest(coalesce(reached_date, $as_of) - entered_date, 0) * $window_days
            + window_days - 1) / window_days as days
    from funnel.rate_members
),

-- All populations by channel, leads by everything one knows of them.
placed as (
    select
        rate,
        '(all)' as dimension,
        '(all)' as part,
        month,
        is_judged,
        is_reached,
        is_ever_reached,
        is_imputed,
        is_covered,
        days
    from members
    union all
    select
        rate,
        'channel' as dimension,
        channel as part,
        month,
        is_judged,
        is_reached,
        is_ever_reached,
        is_imputed,
        is_covered,
        days
    from members
    union all
    select
        members.rate,
        dimensions.dimension,
        dimensions.part,
        members.month,
        members.is_judged,
        members.is_reached,
        members.is_ever_reached,
        members.is_imputed,
        members.is_covered,
        members.days
    from members
    inner join funnel.lead_dimensions as dimensions on members.member_id = dimensions.lead_id
    where members.population in ('lead', 'mql', 'handoff')
        and dimensions.dimension not in ('(all)', 'channel')
),

-- Few different rows are left for what counts them several times.
grouped as (
    select
        rate,
        dimension,
        part,
        month,
        days,
        count(*) as members,
        count(*) filter (where is_judged) as denominator,
        count(*) filter (where is_reached) as numerator,
        count(*) filter (where is_ever_reached) as ever_reached,
        count(*) filter (where is_ever_reached and is_imputed) as imputed,
        count(*) filter (where is_covered) as covered
    from placed
    group by rate, dimension, part, month, days
)

select * from grouped
