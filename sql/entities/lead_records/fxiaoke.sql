with

leads as (
    select * from staging.fxiaoke__leads
),

records as (
    select
        concat('fx:', leads.lead_id) as record_id,
        'lead' as object_kind,
        'fx:' || leads.collected_to as merged_into,
        'fx:' || leads.marketing_event_id as campaign_id,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.mobile,
        leads.wecom_id,
        leads.company,
        leads.title,
        leads.website,
        leads.street,
        leads.phone_region as region,
        coalesce(leads.lead_source, leads.promotion_channel) as lead_source,
        coalesce(sources.channel, channels.channel, 'unassigned') as channel,
        leads.biz_status as status,
        'fx:' || leads.owner_id as owner_id,
        case when leads.biz_status = 'closed'
            then coalesce(leads.close_reason, 'no reason given') end as verdict,
        case when leads.probability_percent between 0 and 100
            then leads.probability_percent / 100.0 end as probability,
        false as is_test,
        leads.biz_status = 'transformed' as is_converted,
        leads.created_at as captured_at,
        leads.modified_at,
        case
            when leads.life_status = 'invalid' and leads.collected_to is null then 'deleted'
            when leads.is_duplicated and leads.collected_to is null then 'duplicate'
        end as drop_reason
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
    left join reference.lead_sources as channels
        on lower(btrim(nfkc(leads.promotion_channel))) = channels.lead_source
)

select * from records
