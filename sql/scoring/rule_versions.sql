with

versions as (
    select * from reference.score_versions
),

dated as (
    select
        rules_version,
        effective_date,
        effective_date is not null and effective_date <= $as_of as is_approved,
        cast(cast(effective_date as timestamp) at time zone $time_zone as timestamptz) as effective_at
    from versions
),

-- The first rules hold for all that was before them.
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
