with

versions as (
    select
        versions.rules_version,
        versions.effective_date,
        stands.is_approved
    from reference.score_versions as versions
    inner join scoring.rule_versions as stands on versions.rules_version = stands.rules_version
),

-- The versions are few: each meets all. What is proposed builds on what holds, not on other proposals.
pairs as (
    select
        versions.rules_version,
        earlier.rules_version as row_version,
        versions.rules_version = earlier.rules_version as is_own,
        earlier.effective_date
    from versions
    cross join versions as earlier
    where versions.rules_version = earlier.rules_version
        or (
            earlier.is_approved
            and (not versions.is_approved or earlier.effective_date < versions.effective_date)
        )
),

placed as (
    select
        rules_version,
        row_version,
        row_number() over (
            partition by rules_version order by is_own desc, effective_date desc
        ) as distance
    from pairs
)

select
    rules_version,
    row_version,
    cast(distance as bigint) as distance
from placed
