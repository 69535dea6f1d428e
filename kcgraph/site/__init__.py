"""The site: a page for each stakeholder, issue, article and demand of a store, and lists of them.

store ──library──▶ plain data ──pages──▶ HTML ──folder──▶ files, or served as asked for

Pages link to each other relatively, so the same HTML works from a server at any path, from any web
host and from a memory stick.
"""
