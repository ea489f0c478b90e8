with

-- The first rules hold for all that was before them.
firsts as (
    select min(effective_date) as first_date from reference.score_versions
),

dated as (
    select
        versions.rules_version,
        versions.effective_date,
        coalesce(
            versions.effective_date <= $as_of or versions.effective_date = firsts.first_date, false
        ) as is_approved,
        cast(cast(versions.effective_date as timestamp) at time zone $time_zone as timestamptz)
            as effective_at
    from firsts
    cross join reference.score_versions as versions
),

ruled as (
    select
        rules_version,
        is_approved,
        case
            when is_approved and row_number() over (
                partition by is_approved order by effective_date
            ) > 1 then effective_at
        end as from_at,
        case
            when is_approved then lead(effective_at) over (
                partition by is_approved order by effective_date
            )
        end as until_at
    from dated
)

select
    rules_version,
    is_approved,
    is_approved and until_at is null as is_current,
    from_at,
    until_at
from ruled
