// Writes the published schemas of the resource types that tickshred.yaml uses, for EcsTemplateTest:
//   npm install --no-save @aws-cdk/aws-service-spec && node compose/ecs/schemas.mjs > compose/src/test/resources/ecs/schemas.json
// Run it again when the template uses a new type. The build itself needs neither npm nor node.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.cwd() + '/');
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');
const { version } = require('@aws-cdk/aws-service-spec/package.json');
const template = readFileSync(new URL('tickshred.yaml', import.meta.url), 'utf8');
const db = loadAwsServiceSpecSync();

const types = {};
function typeOf(type) {
    switch (type.type) {
        case 'ref': return { ref: collect(db.get('typeDefinition', type.reference.$ref)) };
        case 'array': return { array: typeOf(type.element) };
        case 'map': return { map: typeOf(type.element) };
        case 'union': return { union: type.types.map(typeOf) };
        default: return type.allowedValues ? { is: type.type, allowed: type.allowedValues } : { is: type.type };
    }
}
function properties(of) {
    const all = {};
    for (const [name, property] of Object.entries(of).sort())
        all[name] = { ...typeOf(property.type), ...(property.required ? { required: true } : {}) };
    return all;
}
function collect(definition) {
    const id = definition.name + '-' + definition.$id;
    if (!(id in types)) {
        types[id] = {};
        types[id] = properties(definition.properties);
    }
    return id;
}

const resources = {};
for (const name of [...new Set(template.match(/AWS::\w+::\w+/g))].sort()) {
    const [resource] = db.lookup('resource', 'cloudFormationType', 'equals', name);
    if (resource)
        resources[name] = { properties: properties(resource.properties), attributes: Object.keys(resource.attributes).sort() };
}
console.log(JSON.stringify({ source: '@aws-cdk/aws-service-spec ' + version + ' (Apache-2.0)', resources, types }));
