with

accounts as (
    select * from entities.accounts
),

-- Merged there into a record that is in no export, it is all that is known of the company.
records as (
    select
        clusters.cluster_id,
        accounts.account_id as account_record_id,
        accounts.merged_into is null or masters.account_id is null as is_standing,
        accounts.created_at,
        accounts.source
    from accounts
    inner join identity.clusters as clusters
        on concat('account:', accounts.account_id) = clusters.entity_id
    left join accounts as masters on accounts.merged_into = masters.account_id
),

-- The earliest record names the account, so that an older id survives a merge.
eldest as (
    select
        cluster_id,
        first_value(account_record_id order by created_at asc nulls last, account_record_id)
            as account_id
    from records
    group by cluster_id
),

members as (
    select
        records.account_record_id,
        eldest.account_id,
        records.is_standing,
        records.source
    from records
    inner join eldest on records.cluster_id = eldest.cluster_id
)

select * from members
