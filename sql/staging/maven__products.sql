select
    product,
    series,
    _file,
    _line,
    sales_price
from raw.maven_products
