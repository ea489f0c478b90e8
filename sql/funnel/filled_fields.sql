with

weights as (
    select
        cast(sum(weight) as double) as total,
        coalesce(sum(weight) filter (where field = 'email'), 0) as email,
        coalesce(sum(weight) filter (where field = 'phone'), 0) as phone,
        coalesce(sum(weight) filter (where field = 'full_name'), 0) as full_name,
        coalesce(sum(weight) filter (where field = 'company'), 0) as company,
        coalesce(sum(weight) filter (where field = 'title'), 0) as title,
        coalesce(sum(weight) filter (where field = 'industry'), 0) as industry,
        coalesce(sum(weight) filter (where field = 'employees'), 0) as employees,
        coalesce(sum(weight) filter (where field = 'region'), 0) as region
    from reference.required_fields
),

-- What any record of a lead says is known of it.
filled as (
    select
        records.lead_id,
        bool_or(lead_records.email is not null) as has_email,
        bool_or(coalesce(lead_records.phone, lead_records.mobile) is not null) as has_phone,
        bool_or(
            coalesce(
                lead_records.full_name, lead_records.given_name, lead_records.family_name
            ) is not null
        ) as has_full_name,
        bool_or(lead_records.company is not null) as has_company,
        bool_or(lead_records.title is not null) as has_title,
        bool_or(lead_records.industry is not null) as has_industry,
        bool_or(lead_records.employees is not null) as has_employees,
        bool_or(coalesce(lead_records.region, lead_records.country) is not null) as has_region
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
    group by records.lead_id
),

weighed as (
    select
        filled.*,
        cast(
            case when filled.has_email then weights.email else 0 end
            + case when filled.has_phone then weights.phone else 0 end
            + case when filled.has_full_name then weights.full_name else 0 end
            + case when filled.has_company then weights.company else 0 end
            + case when filled.has_title then weights.title else 0 end
            + case when filled.has_industry then weights.industry else 0 end
            + case when filled.has_employees then weights.employees else 0 end
            + case when filled.has_region then weights.region else 0 end
            as double
        ) / nullif(weights.total, 0.0) as completeness
    from weights
    cross join filled
)

select
    lead_id,
    completeness,
    has_email,
    has_phone,
    has_full_name,
    has_company,
    has_title,
    has_industry,
    has_employees,
    has_region
from weighed
