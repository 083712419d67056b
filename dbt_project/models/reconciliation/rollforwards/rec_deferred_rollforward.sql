{{ component_rollforward('deferred', ['billed', 'credited', 'recognised']) }}
