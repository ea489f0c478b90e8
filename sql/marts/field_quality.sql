with

records as (
    select
        records.record_id,
        records.channel,
        lead_records.email,
        coalesce(lead_records.phone, lead_records.mobile) as phone,
        coalesce(
            lead_records.full_name, lead_records.given_name, lead_records.family_name
        ) as any_name,
        lead_records.full_name,
        lead_records.company,
        lead_records.title,
        lead_records.industry,
        lead_records.employees,
        coalesce(lead_records.region, lead_records.country) as region
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where cast(records.captured_at at time zone $time_zone as date) <= $as_of
),

filled as (
    select
        channel,
        count(*) as records,
        count(email) as email,
        count(phone) as phone,
        count(any_name) as full_name,
        count(company) as company,
        count(title) as title,
        count(industry) as industry,
        count(employees) as employees,
        count(region) as region
    from records
    group by channel
),

listed as (
    select
        channel,
        unnest([
            'email', 'phone', 'full_name', 'company', 'title', 'industry', 'employees', 'region'
        ]) as field,
        records,
        unnest([
            email, phone, full_name, company, title, industry, employees, region
        ]) as filled
    from filled
),

-- A proof says whether an address is true, a list of fill-ins whether a name is, the account of
-- the lead what it is and how large.
checks as (
    select
        records.channel,
        'email' as field,
        states.email_state = 'usable' as is_true
    from records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    where states.email_state in ('usable', 'unusable')
    union all
    select
        records.channel,
        'phone',
        states.phone_state = 'usable'
    from records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    where states.phone_state in ('usable', 'unusable')
    union all
    select
        records.channel,
        'full_name',
        not names.is_placeholder
    from records
    inner join identity.person_names as names on records.full_name = names.full_name
    union all
    select
        records.channel,
        'company',
        not names.is_placeholder
    from records
    inner join identity.company_names as names on records.company = names.company
    union all
    select
        leads.channel,
        offers.attribute,
        offers.outcome = 'agrees'
    from identity.leads as leads
    inner join identity.lead_enrichment as offers on leads.lead_id = offers.lead_id
    where offers.outcome in ('agrees', 'differs') and offers.attribute in ('industry', 'employees')
),

checked as (
    select
        channel,
        field,
        count(*) as checked,
        count(*) filter (where is_true) as verified
    from checks
    group by channel, field
),

totals as (
    select
        listed.field,
        case when grouping(listed.channel) = 1 then '(all)' else listed.channel end as channel,
        sum(listed.records) as records,
        sum(listed.filled) as filled,
        sum(coalesce(checked.checked, 0)) as checked,
        sum(coalesce(checked.verified, 0)) as verified
    from listed
    left join checked on listed.channel = checked.channel and listed.field = checked.field
    group by grouping sets ((listed.field, listed.channel), (listed.field))
)

select
    totals.field,
    totals.channel,
    coalesce(weights.weight, 0) as weight,
    totals.records,
    totals.filled,
    totals.checked,
    totals.verified,
    cast(totals.filled as double) / cast(totals.records as double) as fill_rate,
    cast(totals.verified as double) / nullif(cast(totals.checked as double), 0.0) as accuracy
from totals
left join reference.required_fields as weights on totals.field = weights.field
