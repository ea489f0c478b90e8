with

records as (
    select
        'account' as provider,
        account_id as record_id,
        name as company,
        website,
        industry,
        employees,
        revenue,
        currency,
        city,
        region,
        country,
        source,
        coalesce(modified_at, created_at) as known_at
    from entities.accounts
    union all
    select
        'lead',
        record_id,
        company,
        website,
        industry,
        employees,
        revenue,
        currency,
        city,
        region,
        country,
        source,
        coalesce(modified_at, captured_at)
    from entities.lead_records
),

spelled as (
    select
        records.*,
        coalesce(spellings.industry, records.industry) as meant_industry,
        names.company_key,
        registrable_domain(url_part(records.website, 'host')) as site,
        coalesce(regions.region, lower(btrim(nfkc(records.region)))) as region_key,
        coalesce(countries.region, lower(btrim(nfkc(records.country)))) as country_key
    from records
    left join identity.company_names as names on records.company = names.company
    left join reference.industry_spellings as spellings
        on lower(btrim(nfkc(records.industry))) = spellings.spelling
    left join reference.china_regions as regions on btrim(nfkc(records.region)) = regions.word
    left join reference.country_names as countries
        on lower(btrim(nfkc(records.country))) = countries.name
),

listed as (
    select
        records.record_id,
        attributes.attribute,
        case attributes.attribute
            when 'company' then records.company
            when 'website' then records.website
            when 'industry' then records.meant_industry
            when 'employees' then cast(records.employees as text)
            when 'revenue' then cast(records.revenue as text) || ' ' || records.currency
            when 'city' then records.city
            when 'region' then records.region
            when 'country' then records.country
        end as value,
        case attributes.attribute
            when 'company' then records.company_key
            when 'website' then records.site
            when 'industry' then lower(btrim(nfkc(records.meant_industry)))
            when 'employees' then cast(records.employees as text)
            when 'revenue' then cast(records.revenue as text) || ' ' || records.currency
            when 'city' then lower(btrim(nfkc(records.city)))
            when 'region' then records.region_key
            when 'country' then records.country_key
        end as value_key,
        case attributes.attribute
            when 'employees' then cast(records.employees as decimal(18,4))
            when 'revenue' then records.revenue
        end as amount,
        case when attributes.attribute = 'revenue' then records.currency end as currency,
        records.source,
        records.known_at,
        records.provider
    from reference.company_attributes as attributes
    cross join spelled as records
),

company_values as (
    select *
    from listed
    where value is not null and value_key <> ''
)

select * from company_values
