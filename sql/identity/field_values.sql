with

said as (
    select
        *,
        lower(regexp_replace(btrim(nfkc(value)), '\s+', ' ', 'g')) as spelling
    from identity.told_values
),

-- What nobody can be reached or called by is told and never survives; a part of a name only for want of a whole one.
judged as (
    select
        said.lead_id,
        said.contact_id,
        said.field,
        said.value,
        case
            when said.field = 'email' then emails.address
            when said.field in ('phone', 'mobile') then phones.e164
            when said.field = 'company' then companies.company_key
            else said.spelling
        end as spelling,
        case
            when said.field = 'email' then case when emails.address is null then 0 else 2 end
            when said.field in ('phone', 'mobile')
                then case when phones.e164 is null then 0 else 2 end
            when said.field = 'company'
                then case when coalesce(companies.is_placeholder, true) then 0 else 2 end
            when said.field = 'full_name' and names.is_placeholder then 0
            when said.field = 'full_name' and names.is_partial then 1
            else 2
        end as quality,
        said.source,
        said.dated_at
    from said
    left join identity.emails as emails
        on said.field = 'email' and said.value = emails.email
    left join identity.phones as phones
        on said.field in ('phone', 'mobile')
            and said.value = phones.phone
            and said.phone_country = phones.country
            and said.source = phones.source
    left join identity.company_names as companies
        on said.field = 'company' and said.value = companies.company
    left join identity.person_names as names
        on said.field = 'full_name' and said.value = names.full_name
)

select * from judged
