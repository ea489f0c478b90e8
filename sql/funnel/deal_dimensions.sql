with

deals as (
    select
        opportunities.opportunity_id,
        valued.lead_id,
        nullif(btrim(opportunities.owner_id), '') as owner_id,
        nullif(btrim(opportunities.product_line), '') as product_line,
        opportunities.source
    from entities.opportunities as opportunities
    inner join journey.opportunities as valued
        on opportunities.opportunity_id = valued.opportunity_id
),

-- What a deal says of itself counts more than what its lead says; which system it comes from is
-- asked of the lead first, as everywhere.
told as (
    select opportunity_id, '(all)' as dimension, '(all)' as own, null as of_lead from deals
    union all
    select opportunity_id, 'owner', owner_id, null from deals
    union all
    select opportunity_id, 'product_line', product_line, null from deals
    union all
    select opportunity_id, 'source', source, null from deals where lead_id is null
    union all
    select deals.opportunity_id, dimensions.dimension, null, dimensions.part
    from deals
    inner join funnel.lead_dimensions as dimensions on deals.lead_id = dimensions.lead_id
    union all
    select deals.opportunity_id, dimensions.dimension, null, '(no lead)'
    from (select distinct dimension from funnel.lead_dimensions) as dimensions
    cross join deals
    where deals.lead_id is null
),

dimensions as (
    select
        opportunity_id,
        dimension,
        coalesce(max(own), max(of_lead), '(unknown)') as part
    from told
    group by opportunity_id, dimension
)

select * from dimensions
