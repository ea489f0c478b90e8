-- Answers of Meta's testing tool are words in angle brackets and an address of its own; no field says that they are a test.
select
    lead_id,
    campaign_id,
    adset_id as ad_group_id,
    ad_id,
    form_id,
    platform,
    full_name,
    given_name,
    family_name,
    coalesce(email, work_email) as email,
    coalesce(phone, work_phone) as phone,
    company,
    title,
    city,
    country,
    _file,
    _line,
    coalesce(is_organic, false) as is_organic,
    starts_with(coalesce(full_name, given_name, family_name, ''), '<test lead:')
        or coalesce(lower(email) in ('test@meta.com', 'test@fb.com'), false) as is_test,
    created_at as submitted_at
from raw.lead_forms_meta
