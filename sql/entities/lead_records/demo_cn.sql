with

leads as (
    select * from staging.demo__leads_cn
),

records as (
    select
        leads.lead_id as record_id,
        'lead' as object_kind,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.company,
        leads.title,
        leads.industry,
        leads.city,
        leads.province as region,
        leads.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        leads.status,
        leads.owner as owner_id,
        case when leads.status = '无效'
            then coalesce(leads.invalid_reason, 'no reason given') end as verdict,
        -- The lower end of the band: 100-499人 is 100, 1000人以上 is 1000.
        cast(nullif(regexp_replace(leads.size_band, '[^0-9].*$', ''), '') as bigint) as employees,
        coalesce(starts_with(leads.full_name, '测试'), false) as is_test,
        leads.created_at as captured_at
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
)

select * from records
