with

-- A look at the prices holds for thirty days.
looks as (
    select
        lead_id,
        min(known_at) as known_at,
        seen_at,
        seen_at + interval '30 days' as until_at
    from scoring.lead_signals
    where signal = 'page' and value = '/pricing'
    group by lead_id, seen_at
),

-- Two looks within thirty days, from when both are known to be the lead's; what was over by then was no tag.
pairs as (
    select
        later.lead_id,
        greatest(earlier.known_at, later.known_at) as from_at,
        later.until_at
    from looks as earlier
    inner join looks as later on earlier.lead_id = later.lead_id
    where earlier.seen_at < later.seen_at
        and later.seen_at <= earlier.until_at
        and greatest(earlier.known_at, later.known_at) < later.until_at
),

reached as (
    select
        *,
        max(until_at) over (
            partition by lead_id order by from_at, until_at
            rows between unbounded preceding and 1 preceding
        ) as until_before
    from pairs
),

-- Pairs that begin while one before them holds are one stretch.
numbered as (
    select
        *,
        sum(case when until_before >= from_at then 0 else 1 end) over (
            partition by lead_id order by from_at, until_at
        ) as stretch
    from reached
)

select
    lead_id,
    min(from_at) as from_at,
    max(until_at) as until_at
from numbered
group by lead_id, stretch
