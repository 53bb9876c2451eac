// @{ banner }@/*% for path in paths %*/
@{ path }@/*% endfor %*/
