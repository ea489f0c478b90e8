with

qualified as (
    select
        qualifications.*,
        leads.channel,
        leads.captured_at
    from identity.leads as leads
    inner join funnel.qualifications as qualifications on leads.lead_id = qualifications.lead_id
),

-- From the first sign of it, known to be that lead only later.
first_visits as (
    select
        lead_id,
        min(touched_at) as first_touched_at
    from scoring.lead_visits
    group by lead_id
)

select
    qualified.lead_id,
    qualified.stage,
    qualified.rule_kind,
    qualified.channel,
    qualified.changed_by,
    qualified.rules_version,
    versions.approved_by_marketing,
    versions.approved_by_sales,
    qualified.reasons,
    cast(qualified.qualified_at at time zone $time_zone as date)
    - cast(
        least(coalesce(first_visits.first_touched_at, qualified.captured_at), qualified.captured_at)
        at time zone $time_zone as date
    ) as days_from_first_touch,
    qualified.score,
    qualified.qualified_at
from reference.score_versions as versions
inner join qualified on versions.rules_version = qualified.rules_version
left join first_visits on qualified.lead_id = first_visits.lead_id
where cast(qualified.qualified_at at time zone $time_zone as date) <= $as_of
