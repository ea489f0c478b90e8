select
    stays.enrolment_id,
    stays.lead_id,
    stays.program,
    leads.channel,
    stays.leave_reason,
    stays.entry_score < thresholds.threshold as is_below_sql,
    stays.left_at is null as is_open,
    cast(coalesce(stays.left_at, present.moment) at time zone $time_zone as date)
    - cast(stays.enrolled_at at time zone $time_zone as date) as days,
    stays.entry_score,
    stays.exit_score,
    cast(stays.exit_score - stays.entry_score as decimal(18,4)) as gained,
    stays.enrolled_at,
    stays.left_at
from scoring.score_moments as present
cross join scoring.rule_versions as versions
inner join scoring.score_thresholds as thresholds
    on versions.rules_version = thresholds.rules_version and thresholds.stage = 'sql'
inner join funnel.nurture_stays as stays
    on versions.is_approved
        and (versions.from_at is null or stays.enrolled_at >= versions.from_at)
        and (versions.until_at is null or stays.enrolled_at < versions.until_at)
inner join identity.leads as leads on stays.lead_id = leads.lead_id
where present.kind = 'as_of'
