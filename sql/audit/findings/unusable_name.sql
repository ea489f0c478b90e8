with

lead_records as (
    select * from entities.lead_records
),

found as (
    select
        lead_records.source,
        'lead_records' as entity,
        lead_records.record_id as entity_id,
        concat_ws(
            '; ',
            case
                when people.is_placeholder then 'full_name names nobody'
                when people.is_partial then 'full_name is a part of a name'
            end,
            case when companies.is_placeholder then 'company names none' end
        ) as evidence
    from lead_records
    left join identity.person_names as people on lead_records.full_name = people.full_name
    left join identity.company_names as companies on lead_records.company = companies.company
    where people.is_placeholder or people.is_partial or companies.is_placeholder
)

select * from found
