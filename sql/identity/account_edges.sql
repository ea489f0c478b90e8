with

accounts as (
    select * from identity.accounts
),

-- People may name any record of an account.
named as (
    select
        account_record_id as named_id,
        account_id
    from identity.account_members
    union
    select
        account_id as named_id,
        account_id
    from accounts
),

edges as (
    select
        account_id,
        parent_account_id as related_id,
        case parent_rule when 'branch' then 'branch_of' else 'subsidiary_of' end as kind,
        case parent_rule
            when 'branch' then 'the only company that has the name before the branch'
            else 'its CRM holds the one above the other'
        end as evidence
    from accounts
    where parent_account_id is not null
    union all
    select
        account_id,
        ultimate_parent_id,
        'same_group',
        concat('the top of its hierarchy, ', cast(depth as text), ' steps above')
    from accounts
    where depth > 1
    union all
    select
        lefts.account_id,
        rights.account_id,
        relations.kind,
        min(concat('stated by ', relations.stated_by, ' on ',
            to_char(relations.stated_on, '%Y-%m-%d'), ': ', relations.reason))
    from reference.account_relations as relations
    inner join named as lefts on relations.account_id = lefts.named_id
    inner join named as rights on relations.related_id = rights.named_id
    where lefts.account_id <> rights.account_id
    group by lefts.account_id, rights.account_id, relations.kind
)

select * from edges
